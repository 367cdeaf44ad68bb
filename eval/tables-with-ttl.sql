SELECT name FROM system.tables WHERE database = 'otel' AND create_table_query LIKE '% TTL %'
