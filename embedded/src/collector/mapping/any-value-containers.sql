  -- Arrays and maps, {nesting} levels of them, as JSON.

  -- JSON has no NaN and no Infinity: one of them inside leaves the whole text empty. A NUL, which no JSON text holds, marks it.
  number -> if(isFinite(number), double_text(number), '\0') AS json_number,
  -- The exporter writes a control character as \u001f where toJSONString writes \u001F.
  json -> arrayMap(json -> multiIf(
    position(json, '\0') > 0, '',
    match(json, '\\\\u00[01][A-F]'), arrayStringConcat(arrayMap(
      token -> if(startsWith(token, '\\u'), lower(token), token), extractAll(json, '\\\\u....|\\\\.|[^\\\\]+'))),
    json), [json])[1] AS json_text,

  -- All cases in an array and not in a multiIf: half as many nodes to plan, and values inside values are few.
  (any, container) -> if((any).value IN ('array_value', 'kvlist_value'), container, [
    'null',
    toJSONString((any).string_value),
    toString((any).bool_value),
    toString((any).int_value),
    json_number((any).double_value),
    '', '',
    if(empty((any).bytes_value), 'null', concat('"', base64Encode((any).bytes_value), '"'))
  ][toInt8((any).value) + 1]) AS json_value,

  -- Of members with the same key the last one counts.
  members -> arraySort(member -> (member).1,
    arrayFilter((member, nth) -> nth = 1, arrayReverse(members), arrayEnumerateUniq(arrayReverse((members).1)))) AS object_members,
  -- Bound by arrayMap, so that the members, each a tree of such texts, stand in the query once.
  (is_array, members) -> arrayMap(members -> if(is_array,
    concat('[', arrayStringConcat((members).2, ','), ']'),
    concat('{', arrayStringConcat(
      arrayMap(member -> concat(toJSONString((member).1), ':', (member).2), object_members(members)), ','), '}')
  ), [members])[1] AS json_container,

  -- What an array or map holds: (key, value), keys of an array being ''.
  any -> arrayConcat(arrayMap(item -> '', ((any).array_value).values), (((any).kvlist_value).values).key) AS member_keys,
  any -> arrayConcat(((any).array_value).values, (((any).kvlist_value).values).value) AS member_values,

  -- One for each level of nesting, the innermost first: ClickHouse has no recursion.
  any -> json_value(any, {beyond}) AS json_1,
  any -> json_value(any, json_container((any).value = 'array_value',
    arrayMap((key, value) -> (key, json_1(value)), member_keys(any), member_values(any)))) AS json_2,
  any -> json_value(any, json_container((any).value = 'array_value',
    arrayMap((key, value) -> (key, json_2(value)), member_keys(any), member_values(any)))) AS json_3,
  any -> json_value(any, json_container((any).value = 'array_value',
    arrayMap((key, value) -> (key, json_3(value)), member_keys(any), member_values(any)))) AS json_4,

  any -> json_text(json_container((any).value = 'array_value',
    arrayMap((key, value) -> (key, json_{nesting}(value)), member_keys(any), member_values(any)))) AS container_text,
