--! Previous: sha1:e162465a1231370c2170897c5b82e1927c1790c3
--! Hash: sha1:bc9b387a06ef66611bda1ea1565b56cb17580e83
--! Message: nullable-arguments

-- An argument without a default must be given in the API. Here NULL means something: out of the list.
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\n@nullableArgs position\nMoves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
