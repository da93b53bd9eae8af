"""The screen of `popcorn chat`: lines in, turns out."""
