-- The settings by which both sides spell alike: names with their schemas, constants that can be parsed
-- again.
set search_path = pg_catalog, pg_temp;
set standard_conforming_strings = on;
set quote_all_identifiers = off;
set datestyle = 'ISO, YMD';
set intervalstyle = postgres;
set timezone = 'UTC';
set extra_float_digits = 1;
set bytea_output = hex;
set xmlbinary = base64;
set lc_monetary = 'C';
set client_min_messages = warning;
set lock_timeout = '10s'
