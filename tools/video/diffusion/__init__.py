"""Video models that run on this machine, through diffusers."""
