"""Takes files in: what is sent becomes a clean file with known facts, or a sentence that says why not."""

from lms.media.intake.taking import Taken, look, take

__all__ = ["Taken", "look", "take"]
