-- A grid that a line has left keeps a share of 0 until the tallies have taken its metres back.
UPDATE grid_share h SET share = 0
FROM (SELECT h.owner_id, h.grid_id FROM grid_share h {shares}
      WHERE h.region_id = :region_id AND h.owner_kind = '{owner_kind}' AND h.share > 0
        AND NOT EXISTS (SELECT FROM share_fresh f WHERE f.owner_kind = h.owner_kind AND f.owner_id = h.owner_id AND f.grid_id = h.grid_id)) gone
WHERE h.region_id = :region_id AND h.owner_kind = '{owner_kind}' AND h.owner_id = gone.owner_id AND h.grid_id = gone.grid_id;
UPDATE grid_share h SET share = f.share
FROM share_fresh f
WHERE h.region_id = :region_id AND h.owner_kind = '{owner_kind}' AND f.owner_kind = '{owner_kind}'
  AND h.owner_id = f.owner_id AND h.grid_id = f.grid_id AND h.share <> f.share;
INSERT INTO grid_share (region_id, owner_kind, owner_id, grid_id, share)
SELECT :region_id, owner_kind, owner_id, grid_id, share FROM share_fresh WHERE owner_kind = '{owner_kind}'
ORDER BY owner_id, grid_id
ON CONFLICT ON CONSTRAINT pk_grid_share DO NOTHING
