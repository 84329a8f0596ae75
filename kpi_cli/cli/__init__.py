"""The command line: options → pipeline → writer → exit code. The only layer that prints, exits or reads the environment."""
