"""What people take away: tables as CSV and XLSX, downloads, ZIP files."""
