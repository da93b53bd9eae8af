"""Which of two drafts of one request draws more: the choice models."""
