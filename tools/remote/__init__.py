"""One way to talk to servers: who they are, what their answers mean, what is tried again, where a file may be."""
