--! Previous: sha1:4a7cc4784c287414c78e124cc727d4ac96177831
--! Hash: sha1:bea2f822802f07ab269796f85b6180c1a8fd1e97
--! Message: nullable-arguments

-- An argument without a default must be given in the API. Here NULL means something: out of the list.
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\n@nullableArgs position\nMoves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
