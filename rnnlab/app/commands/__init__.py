"""What each command of the command line does. One module per group; imported when its command runs."""
