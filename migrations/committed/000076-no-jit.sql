--! Previous: sha1:2dbf022673896b144442d01fff96aa968b6c8996
--! Hash: sha1:8fd5b1537eb61ec7aea32cfbaa2243d6edd654c5
--! Message: no-jit

-- Until 17, PostgreSQL tells a plan that was forbidden by what it costs: 10,000,000,000, and compiles what is dear. Of a
-- trigger that may not read whole tables each call was then compiled, 160 to 300 ms for a star, on servers with LLVM.
-- db:setup says the same of the gateway's login; this reaches databases that are there, and everybody else's sessions.
alter database :DATABASE_NAME set jit = off;
