"""`popcorn chat`: a conversation with a tool-calling agent."""
