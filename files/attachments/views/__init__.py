"""Pages that bring files, change what is said of them and withdraw them; and the files themselves, served."""
