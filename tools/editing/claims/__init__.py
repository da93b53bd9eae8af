"""The claim ledger: every statement in a script that can be untrue, and what backs it."""
