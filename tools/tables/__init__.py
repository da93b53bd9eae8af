"""Tables as people have them: one reader for CSV, JSON, Parquet and workbooks, whatever asks for rows."""
