-- One change per transaction and region. Everything is named with its schema because the functions run with the owner's rights.
CREATE FUNCTION public.netgrid_open_change(region bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE opened bigint;
BEGIN
  INSERT INTO public.change (region_id, actor, source, batch_id, order_id, at, xid)
  VALUES (region, coalesce(nullif(current_setting('netgrid.actor', true), ''), session_user), coalesce(nullif(current_setting('netgrid.source', true), ''), 'sql'),
          nullif(current_setting('netgrid.batch', true), '')::bigint, nullif(current_setting('netgrid.order', true), '')::bigint,
          clock_timestamp(), pg_current_xact_id())
  RETURNING id INTO opened;
  PERFORM set_config('netgrid.change_' || region, opened::text, true);
  RETURN opened;
END $$;

-- The before-image of each update and delete; an insert is its own record through change_id. The trigger names the column under
-- which rows are filed, and the table: TG_TABLE_NAME would be the part's name where a table is partitioned.
CREATE FUNCTION public.netgrid_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE region bigint; current_change bigint; image jsonb; place text;
BEGIN
  IF TG_OP = 'DELETE' THEN region := OLD.region_id; ELSE region := NEW.region_id; END IF;
  current_change := nullif(current_setting('netgrid.change_' || region, true), '')::bigint;
  IF current_change IS NULL THEN current_change := public.netgrid_open_change(region); END IF;
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'UPDATE' AND NEW.region_id <> OLD.region_id THEN
      RAISE EXCEPTION 'region_id never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    image := to_jsonb(OLD) - 'geom_3857' - 'code_key';
    -- JSON's nine decimals would not give back the place as it was.
    IF image -> 'geom' <> 'null' THEN
      EXECUTE 'SELECT ($1).geom::text' INTO place USING OLD;
      image := jsonb_set(image, '{geom}', to_jsonb(place));
    END IF;
    INSERT INTO public.journal (region_id, change_id, tbl, row_id, op, since_change_id, before)
    VALUES (region, current_change, TG_ARGV[1], (image ->> TG_ARGV[0])::bigint, left(TG_OP, 1)::"char", OLD.change_id, image);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  END IF;
  NEW.change_id := current_change;
  RETURN NEW;
END $$;

-- Versions are given at commit, so that they rise in the order in which changes become visible, without gaps.
CREATE FUNCTION public.netgrid_number_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE given bigint;
BEGIN
  UPDATE public.region_state SET version = version + 1 WHERE region_id = NEW.region_id RETURNING version INTO given;
  IF given IS NULL THEN RAISE EXCEPTION 'region % has no state row', NEW.region_id USING ERRCODE = 'foreign_key_violation'; END IF;
  UPDATE public.change SET version = given WHERE region_id = NEW.region_id AND id = NEW.id;
  RETURN NULL;
END $$;
