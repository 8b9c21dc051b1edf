--! Previous: sha1:d87c01ccd84995345e45e86f312c6ae9b761e91d
--! Hash: sha1:8235bb00becec0845201575c42066cd4ac53ab67
--! Message: nullable-arguments

-- An argument without a default must be given in the API. Here NULL means something: out of the list.
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\n@nullableArgs position\nMoves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
