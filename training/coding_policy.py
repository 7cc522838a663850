"""The thresholds that a newly trained model starts with."""

from dataclasses import replace

from data.notes import Profile
from models.coding.policy import Policy, ProfilePolicy
from models.coding.ranker import Calibration

MENTIONS_FLOOR = 0.005
MENTIONS_LIMIT = 250
NOT_CALIBRATED = Calibration(1.0, 0.0)
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


def with_visits(policy: Policy, suggested: float, calibration: Calibration = NOT_CALIBRATED) -> Policy:
    """The same for mentions; visits are suggested what scores at least `suggested`."""
    changed = {
        profile: replace(
            one,
            candidate=CANDIDATE_SHARE * suggested,
            suggested=suggested,
            slope=calibration.slope,
            intercept=calibration.intercept,
        )
        for profile, one in policy.profiles.items()
        if profile is not Profile.MENTIONS
    }
    return Policy(policy.profiles | changed)
