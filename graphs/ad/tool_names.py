"""What the tools of the ad graph are called in its trace."""

SURVEY_FOOTAGE = "survey_footage"
CHECK_CLAIMS = "check_claims"
SPEAK = "speak"
ASSEMBLE = "assemble_ad"
CHECK_DELIVERY = "check_delivery"
REPAIR = "repair_ad"
