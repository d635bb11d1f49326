-- Database privileges of the installation, which a copy does not inherit.
revoke all on database bench_seed from public;
grant connect on database bench_seed to hedgerow_app, hedgerow_worker, hedgerow_reviewer;
