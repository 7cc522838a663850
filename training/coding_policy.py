"""The thresholds that a newly trained model starts with."""

from data.notes import Profile
from models.coding.policy import Policy, ProfilePolicy

MENTIONS_FLOOR = 0.005
MENTIONS_LIMIT = 250


def default_policy(threshold: float) -> Policy:
    """`threshold` is where micro-F1 is highest on research corpora; visit notes need surer codes and fewer of them."""
    return Policy(
        {
            Profile.MENTIONS: ProfilePolicy(candidate=MENTIONS_FLOOR, suggested=threshold, limit=MENTIONS_LIMIT),
            Profile.OUTPATIENT: ProfilePolicy(candidate=0.08, suggested=0.28, limit=25),
            Profile.INPATIENT: ProfilePolicy(candidate=0.08, suggested=0.25, limit=40),
        }
    )
