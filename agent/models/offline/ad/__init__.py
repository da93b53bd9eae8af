"""The offline ad planner: a demo that puts given facts over given clips by rule, so that ads run without a key."""
