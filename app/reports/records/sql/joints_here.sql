WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.kind AS joint_kind, t.tray_no, t.loss_db, t.life
    FROM joint AS t
    WHERE t.region_id = :region_id AND t.equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'joint' AS kind, g.key AS id, '#' || g.key AS code, g.joint_kind, g.tray_no, g.loss_db, g.life
FROM g
ORDER BY g.key
