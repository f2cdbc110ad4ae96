from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """Connectors: shops that feed their data to commerce."""

    name = "aspa.service.shops"
    label = "shops"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.commerce import actions
        from aspa.service.shops import connector
        from aspa.service.shops.importing.connector import Files
        from aspa.service.shops.mapping.connector import Mapper
        from aspa.service.shops.shopify import actions as shopify
        from aspa.service.shops.shopify.connector import Shopify
        from aspa.service.shops.woocommerce import actions as woocommerce
        from aspa.service.shops.woocommerce.connector import WooCommerce

        for one in (WooCommerce(), Shopify(), Mapper(), Files()):
            connector.register(one)
        for key, shop in ((WooCommerce.key, woocommerce), (Shopify.key, shopify)):
            for action in (shop.Resend(), shop.RefundRequest(), shop.AddressChange()):
                actions.register(key, action)
