"""From lines and clips to a finished ad: claims, subtitles, voice, assembly, edit lists, delivery checks."""
