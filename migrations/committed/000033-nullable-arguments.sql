--! Previous: sha1:4a28fd2fb308bff397b8dd43d9b57c1d11292680
--! Hash: sha1:a3d45f5e481640c575ab676dbe92601a7c0167b4
--! Message: nullable-arguments

-- An argument without a default must be given in the API. Here NULL means something: out of the list.
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\n'
  '@nullableArgs position\n'
  '@arg id The place, a ShotGeneration.\n'
  '@arg position Where in the list, from 0: past the end is the end, null is out of the list.\n'
  '@arg timeline_frame Frame on the timeline. Default: the one it has, as for null.\n'
  'Moves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
