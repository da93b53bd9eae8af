"""What every fine-tuning shares, whatever learns from whatever rows: its folder, disk, loop and settings of TRL."""
