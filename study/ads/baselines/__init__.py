"""What needs no model: orders by chance, by facts, by roles, and the offline planner's."""
