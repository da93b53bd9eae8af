"""Popularity: predictors of log2(comments), their memory banks and their calibration."""
