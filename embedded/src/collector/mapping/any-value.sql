  -- OTLP's AnyValue as text, the way the Collector's clickhouseexporter writes it: a string as it is, bytes in base64,
  -- arrays and maps as JSON with sorted keys, a missing value as ''. These expressions begin every statement's WITH.
  --
  -- `(tuple).field` and not `tuple.field`: with types as large as these the engine takes milliseconds to resolve each of
  -- the latter.

  -- The shortest digits that read back as the same number, with an exponent from 1e21 up and below 1e-6.
  number -> multiIf(abs(number) < 1e21, toString(number), isFinite(number), replaceOne(toString(number), 'e', 'e+'),
    isNaN(number), 'NaN', number > 0, 'Infinity', '-Infinity') AS double_text,

  -- Those of any-value-containers.sql; in a statement that reads no arrays and maps, one that fails at them.
{containers}

  any -> multiIf(
    (any).value = 'string_value', (any).string_value,
    (any).value = 'int_value', toString((any).int_value),
    (any).value = 'bool_value', toString((any).bool_value),
    (any).value = 'double_value', double_text((any).double_value),
    (any).value = 'bytes_value', base64Encode((any).bytes_value),
    (any).value = 'none', '',
    container_text(any)) AS any_value_text,

  attributes -> CAST(arrayMap((key, value) -> (key, any_value_text(value)), (attributes).key, (attributes).value),
    'Map(LowCardinality(String), String)') AS attributes_map,
