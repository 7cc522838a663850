"""The thresholds that a newly trained model starts with."""

from data.notes import Profile
from models.coding.policy import Policy, ProfilePolicy

MENTIONS_FLOOR = 0.005
MENTIONS_LIMIT = 250


CANDIDATE_SHARE = 0.3


def default_policy(threshold: float, visit_threshold: float) -> Policy:
    """The thresholds are where out-of-fold micro-F1 is highest, on case reports and on notes of visits."""
    candidate = CANDIDATE_SHARE * visit_threshold
    return Policy(
        {
            Profile.MENTIONS: ProfilePolicy(candidate=MENTIONS_FLOOR, suggested=threshold, limit=MENTIONS_LIMIT),
            Profile.OUTPATIENT: ProfilePolicy(candidate=candidate, suggested=visit_threshold, limit=25),
            Profile.INPATIENT: ProfilePolicy(candidate=candidate, suggested=visit_threshold, limit=40),
        }
    )
