"""What published videos really drew, held against what was predicted of them."""
