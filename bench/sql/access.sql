-- What the installation said of the database, which a copy does not take over.
revoke all on database bench_seed from public;
grant connect on database bench_seed to hedgerow_app, hedgerow_worker, hedgerow_reviewer;
