--
-- PostgreSQL database dump
--

\restrict abc123
-- Dumped from database version 17.2

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
COMMENT ON EXTENSION vector IS 'vectors';
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA public;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '22');
CREATE USER MAPPING FOR app_user SERVER far OPTIONS (user 'x', password 'y');

CREATE FUNCTION public.tenant() RETURNS uuid
    LANGUAGE sql STABLE LEAKPROOF
    AS $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
ALTER FUNCTION public.tenant() OWNER TO app_owner;
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.invoice (
    tenant_id uuid NOT NULL,
    id integer NOT NULL,
    note text
);
ALTER TABLE public.invoice OWNER TO app_owner;
CREATE TABLE public.embedding (id int, e public.vector(3));
CREATE SEQUENCE public.invoice_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.invoice_id_seq OWNER TO app_owner;
ALTER SEQUENCE public.invoice_id_seq OWNED BY public.invoice.id;
ALTER TABLE ONLY public.invoice ALTER COLUMN id SET DEFAULT nextval('public.invoice_id_seq'::regclass);
CREATE FOREIGN TABLE public.remote (tenant_id uuid) SERVER far;
COPY public.invoice (tenant_id, id, note) FROM stdin;
11111111-1111-1111-1111-111111111111	1	create table public.evil (a int);
11111111-1111-1111-1111-111111111111	2	\N
\.

SELECT pg_catalog.setval('public.invoice_id_seq', 2, true);
ALTER TABLE ONLY public.invoice ADD CONSTRAINT invoice_pkey PRIMARY KEY (id);
CREATE POLICY tenant ON public.invoice USING ((tenant_id = public.tenant()));
ALTER TABLE public.invoice ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON TABLE public.invoice TO app_user;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT ALL ON TABLES TO app_user;
CREATE PUBLICATION everything FOR ALL TABLES;
ALTER PUBLICATION everything OWNER TO postgres;
\unrestrict abc123
