-- rows
insert into shop.gift_card values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization shop_app;
set shop.tenant = 'a0000000-0000-4000-8000-000000000001';
update shop.gift_card set balance = 1;

-- seen
reset session authorization;
select exists (select from shop.gift_card
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and balance = 1) as seen;
