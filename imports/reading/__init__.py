"""Read XLSX, ODS and text files as people keep them, within limits: texts of cells come out, nothing is evaluated."""
