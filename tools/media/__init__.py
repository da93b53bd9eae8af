"""Media: decoding, encoding, probing and fonts; the one place that touches PyAV."""
