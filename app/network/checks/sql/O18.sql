WITH thing (kind, id, asset_no, asset_value_fen) AS (
  SELECT 'structure', id, asset_no, asset_value_fen FROM structure WHERE region_id = :region_id AND life <> 'retired'
  UNION ALL SELECT 'section', id, asset_no, asset_value_fen FROM section WHERE region_id = :region_id AND life <> 'retired'
  UNION ALL SELECT 'cable', id, asset_no, asset_value_fen FROM cable WHERE region_id = :region_id AND life <> 'retired'
  UNION ALL SELECT 'segment', id, asset_no, asset_value_fen FROM cable_segment WHERE region_id = :region_id AND life <> 'retired'
  UNION ALL SELECT 'equipment', id, asset_no, asset_value_fen FROM equipment WHERE region_id = :region_id AND life <> 'retired'
),
missing AS (
  SELECT e.id, e.asset_no, avg((e.asset_no IS NOT NULL)::int) OVER (PARTITION BY m.kind) AS carded
  FROM equipment e JOIN equipment_model m ON m.id = e.model_id
  WHERE e.region_id = :region_id AND e.life = 'in_service'
)
SELECT t.kind, t.id, 'asset card ' || t.asset_no || ' on ' || t.n || ' things' AS found, 'one thing to a card' AS expected
FROM (SELECT kind, id, asset_no, count(*) OVER (PARTITION BY asset_no) AS n FROM thing WHERE asset_no IS NOT NULL) t WHERE t.n > 1
UNION ALL
SELECT kind, id, 'a value and no asset card', 'the card that the value stands on' FROM thing WHERE asset_value_fen IS NOT NULL AND asset_no IS NULL
UNION ALL
-- Only where a kind is kept on cards is one without a card missed.
SELECT 'equipment', id, 'no asset card', 'a card, as ' || round(100 * carded) || ' % of its kind have' FROM missing WHERE asset_no IS NULL AND carded >= :carded_ratio
