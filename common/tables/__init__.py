"""A person's tables: CSV, Excel or Parquet, whatever their encoding and separators.

table = read_table("flats.csv")
print(f"read as: {table.found}")
write_table(table.frame, "out.csv", like=table.found)
"""

from common.encodings import detect_encoding
from common.tables.appending import add_columns, answered_suffix
from common.tables.columns import date_column, number_column
from common.tables.dates import parse_dates
from common.tables.frames import TableFormat
from common.tables.number_columns import not_numbers, parse_numbers
from common.tables.number_parsing import MISSING, parse_number
from common.tables.reading import Table, read_table
from common.tables.writing import write_table

__all__ = [
    "MISSING",
    "Table",
    "TableFormat",
    "add_columns",
    "answered_suffix",
    "date_column",
    "detect_encoding",
    "not_numbers",
    "number_column",
    "parse_dates",
    "parse_number",
    "parse_numbers",
    "read_table",
    "write_table",
]
