--! Previous: sha1:cb090a3a3c6eda72116a1f38beed20c0b157d596
--! Hash: sha1:f10255ea0add30a20e6a4a0d5f8cdd6bee34dc4f
--! Message: settings-functions

-- Tool settings in three scopes: a shot's win over the project's, those over the user's. Under the caller's
-- own rights. Merged in the database, under the row's lock: two tabs that change different keys both survive.
drop function if exists public.patch_settings(public.settings_scope, uuid, text, jsonb, jsonb), public.tool_settings(text, uuid, uuid);
drop type if exists public.settings_scope;
create type public.settings_scope as enum ('user', 'project', 'shot');

create function public.patch_settings(
  scope public.settings_scope, id uuid, tool text, patch jsonb, expected jsonb default null
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_found boolean;
  v_tool jsonb;
begin
  if patch_settings.scope is null then
    raise exception 'scope must be user, project or shot.' using errcode = 'RG400';
  end if;
  if nullif(btrim(patch_settings.tool), '') is null then
    raise exception 'tool must name a tool.' using errcode = 'RG400';
  end if;
  if jsonb_typeof(patch_settings.patch) is distinct from 'object' then
    raise exception 'patch must be a JSON object.' using errcode = 'RG400';
  end if;
  -- The tenant's lock before the row's, and no read before the statement: a session that had to wait merges
  -- into what the other has left.
  perform public.lock_tenants_of(patch_settings.scope::text, array[patch_settings.id]);
  case patch_settings.scope
    when 'user' then
      update public.users t
      set settings = t.settings || jsonb_build_object(tool, public.json_merge_patch(t.settings -> tool, patch))
      where t.id = patch_settings.id and coalesce(t.settings -> tool, '{}') = coalesce(expected, t.settings -> tool, '{}')
      returning t.settings -> tool into v_tool;
      v_found := found or exists (select from public.users t where t.id = patch_settings.id);
    when 'project' then
      update public.projects t
      set settings = t.settings || jsonb_build_object(tool, public.json_merge_patch(t.settings -> tool, patch))
      where t.id = patch_settings.id and coalesce(t.settings -> tool, '{}') = coalesce(expected, t.settings -> tool, '{}')
      returning t.settings -> tool into v_tool;
      v_found := found or exists (select from public.projects t where t.id = patch_settings.id);
    else
      update public.shots t
      set settings = t.settings || jsonb_build_object(tool, public.json_merge_patch(t.settings -> tool, patch))
      where t.id = patch_settings.id and coalesce(t.settings -> tool, '{}') = coalesce(expected, t.settings -> tool, '{}')
      returning t.settings -> tool into v_tool;
      v_found := found or exists (select from public.shots t where t.id = patch_settings.id);
  end case;
  if not v_found then
    raise exception 'There is no % %.', patch_settings.scope, patch_settings.id using errcode = 'RG404';
  end if;
  if v_tool is null then
    raise exception 'These settings were changed meanwhile: read them again.' using errcode = 'RG409';
  end if;
  return v_tool;
end;
$$;

create function public.tool_settings(tool text, project_id uuid default null, shot_id uuid default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_user jsonb;
  v_project jsonb;
  v_shot jsonb;
  v_project_id uuid := tool_settings.project_id;
begin
  -- A shot brings its project along.
  if v_project_id is null then
    select s.project_id into v_project_id from public.shots s where s.id = tool_settings.shot_id;
  end if;
  select u.settings -> tool_settings.tool into v_user from public.users u where u.id = auth.uid();
  if v_project_id is not null then
    select p.settings -> tool_settings.tool into v_project from public.projects p where p.id = v_project_id;
    if not found then
      raise exception 'There is no project %.', tool_settings.project_id using errcode = 'RG404';
    end if;
  end if;
  if tool_settings.shot_id is not null then
    select s.settings -> tool_settings.tool into v_shot from public.shots s
    where s.id = tool_settings.shot_id and s.project_id = coalesce(tool_settings.project_id, s.project_id);
    if not found then
      raise exception 'There is no shot %.', tool_settings.shot_id using errcode = 'RG404';
    end if;
  end if;
  return jsonb_build_object(
    'user', v_user, 'project', v_project, 'shot', v_shot,
    'merged', public.json_merge_patch(public.json_merge_patch(
      coalesce(v_user, '{}'), coalesce(v_project, '{}')), coalesce(v_shot, '{}'))
  );
end;
$$;

grant execute on function public.patch_settings(public.settings_scope, uuid, text, jsonb, jsonb),
  public.tool_settings(text, uuid, uuid) to authenticated, service_role;

comment on type public.settings_scope is 'Whose settings: the user''s, a project''s, a shot''s.';
comment on function public.patch_settings(public.settings_scope, uuid, text, jsonb, jsonb) is
  E'@resultFieldName settings\n'
  '@arg scope Whose settings.\n'
  '@arg id The user, the project or the shot, as scope says.\n'
  '@arg tool Name of the tool.\n'
  '@arg patch What to change, a JSON object; null in it removes a key.\n'
  '@arg expected The settings of the tool as they were read; {} for none yet. Default: null, no matter what they are.\n'
  'Merges a patch into the settings of one tool in one scope: objects merge, lists and plain values replace, null removes. With expected, only when they are still that. Returns the tool''s settings in that scope. Errors: NOT_FOUND, INVALID_INPUT, CONFLICT.';
comment on function public.tool_settings(text, uuid, uuid) is
  E'@arg tool Name of the tool.\n'
  '@arg project_id The project. Default: null, that of the shot; without a shot only the user''s settings.\n'
  '@arg shot_id The shot. Default: null, no shot''s settings.\n'
  'The settings of a tool in each scope and merged, a shot''s over its project''s over the user''s: {user, project, shot, merged}. Errors: NOT_FOUND.';
