"""Who answers samples: a model, and what needs none."""
