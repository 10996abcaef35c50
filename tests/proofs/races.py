"""The proof that races are decided by the database: `python -m tests.proofs.races [trials]`, 100 trials unless told."""

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["ONRAMP_TRIALS"] = sys.argv[1] if len(sys.argv) > 1 else "100"
    sys.exit(pytest.main([str(Path(__file__).with_name("test_races.py")), "-q", "--db", "both"]))
