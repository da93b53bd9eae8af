"""Raw footage: files into clips, and what is known of each clip before anything is said about a product."""
