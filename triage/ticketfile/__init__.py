"""Files of tickets: CSV, JSON Lines, Parquet and Excel, read and written row by row.

Whatever their size, no more than a few rows are in memory. A row that cannot be read is a value,
`Reject`, with its line; a file that cannot is BadInput.
"""
