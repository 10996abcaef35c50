"""The proof that races are decided by the database: `python -m tests.proofs.races [trials]`, 100 trials unless told.

Quizzes (threads of one process, requests to several, what staff and calls do meanwhile), quiz shows, seats, pairings
and go-live periods.
"""

import os
import sys
from pathlib import Path

import pytest

FILES = (
    "test_processes",
    "test_sitting_races",
    "test_races",
    "test_game_races",
    "test_seat_races",
    "test_pairing_races",
    "test_issue_races",
)

if __name__ == "__main__":
    os.environ["ONRAMP_TRIALS"] = sys.argv[1] if len(sys.argv) > 1 else "100"
    chosen = [str(Path(__file__).with_name(f"{name}.py")) for name in FILES]
    sys.exit(pytest.main([*chosen, "-q", "--db", "both", "-p", "no:randomly"]))
