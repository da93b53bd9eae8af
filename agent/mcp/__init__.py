"""The toolbox for other assistants, over the Model Context Protocol."""
