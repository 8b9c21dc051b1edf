--! Previous: sha1:51aa3cdd27213697361befcdc919d34adbe23f66
--! Hash: sha1:8b6fe0d099969bbb027655ef087e45baa6e775ec
--! Message: json-merge-patch

-- One way to change a part of a JSON document, for settings and metadata. In public, because functions that
-- run as their caller use it and app_private is closed to callers; it is not in the API.
-- JSON Merge Patch, RFC 7396: objects merge, everything else replaces, null removes.
create or replace function public.json_merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_result jsonb := case when jsonb_typeof(target) = 'object' then target else '{}' end;
  v_entry record;
begin
  if jsonb_typeof(patch) is distinct from 'object' then
    return patch;
  end if;
  for v_entry in select e.key, e.value from jsonb_each(patch) as e loop
    if jsonb_typeof(v_entry.value) = 'null' then
      v_result := v_result - v_entry.key;
    else
      v_result := v_result || jsonb_build_object(v_entry.key, public.json_merge_patch(v_result -> v_entry.key, v_entry.value));
    end if;
  end loop;
  return v_result;
end;
$$;

grant execute on function public.json_merge_patch(jsonb, jsonb) to authenticated, service_role;

comment on function public.json_merge_patch(jsonb, jsonb) is
  E'@omit\nJSON Merge Patch (RFC 7396): objects merge, everything else replaces, null removes.';
