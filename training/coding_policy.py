"""The thresholds that a newly trained model starts with."""

from dataclasses import replace

from data.notes import Profile
from models.coding.policy import Policy, ProfilePolicy
from models.coding.ranker import Calibration

MENTIONS_FLOOR = 0.005
MENTIONS_LIMIT = 250


CANDIDATE_SHARE = 0.3


def with_calibration(policy: Policy, calibration: Calibration) -> Policy:
    """The same thresholds; what visits are suggested is shown with calibrated probabilities."""
    return Policy(
        {
            profile: one
            if profile is Profile.MENTIONS
            else replace(one, slope=calibration.slope, intercept=calibration.intercept)
            for profile, one in policy.profiles.items()
        }
    )


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
