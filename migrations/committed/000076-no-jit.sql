--! Previous: sha1:2dbf022673896b144442d01fff96aa968b6c8996
--! Hash: sha1:2697a072fc88f346fa5b10331294d8cea97ac754
--! Message: no-jit

-- Until 17, PostgreSQL tells a plan that was forbidden by what it costs: 10,000,000,000, and compiles what is dear. Of a
-- trigger that may not read whole tables each call was then compiled, 160 to 300 ms for a star, on servers with LLVM.
-- db:setup says the same of the gateway's login; this reaches databases that are there, and everybody else's sessions.
do $$
begin
  execute format('alter database %I set jit = off', current_database());
exception
  when insufficient_privilege then
    raise notice 'This database is another''s: jit stays as it is for all but the gateway''s login.';
end;
$$;
