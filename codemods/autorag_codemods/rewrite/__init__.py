"""What changes in a file, one file per thing: URL, payload, filter, answer, stream, sender."""
