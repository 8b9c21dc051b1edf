--! Previous: sha1:970c835c8a71aa2bdc816160e6d43e705ca94c30
--! Hash: sha1:5c5310cc44486c19704d558e46d8fbd70fa86977
--! Message: follow-shots

-- Shots change live too: whoever shows a list of them need not ask again and again.
-- Only the order is shown: generations and variants have a name too, which is not, and one field cannot mean both.
alter type realtime.log_table add value if not exists 'SHOTS';

select realtime.follow('public.shots', '{order}', '{}', '{"shot_id": "id"}');
