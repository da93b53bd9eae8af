"""What may be believed: settings of folders, names and addresses from strangers."""
