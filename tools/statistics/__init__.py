"""What figures are worth: intervals and calibration, for predictors and studies alike."""
